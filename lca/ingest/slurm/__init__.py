"""What the commands of SLURM (sacct, seff, scontrol, squeue) share: times, columns, a job, the jobs of a file."""
