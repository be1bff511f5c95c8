# Kills everything in the container but process 1 and this shell, as a power cut would, and waits until it is gone.
kill -9 -1
while
  set -- /proc/[0-9]*
  [ $# -gt 2 ]
do
  sleep 0.02
done
