"""What the commands of SLURM (sacct, seff, scontrol, squeue) have in common: times, columns, a job, the jobs of a file."""
