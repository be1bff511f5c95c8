# Process 1 of a database server's container. Each line that somebody writes to /start starts the server with this
# script's arguments; who kills the server keeps the container, its address and its data. $OWNER may read the key.
mkfifo /start
while read -r _ </start; do
  chown "$OWNER" /tls/*
  docker-entrypoint.sh "$@"
done
