# copy_number: gains, losses, LOH and purity
