# Stands in for the public image of MariaDB where no registry can be reached: Debian's package on the base stand-in.
# scripts/database-images builds it.
ARG BASE_IMAGE=osiris-runtime-standin
FROM ${BASE_IMAGE}

# The package starts no server and leaves no database in the image: the entrypoint makes one.
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
    && apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mariadb-server >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/lib/mysql/* \
    # Debian's own: the server listens on its loopback only.
    && sed -i '/^bind-address/d' /etc/mysql/mariadb.conf.d/50-server.cnf \
    && install -d -o mysql -g mysql /var/lib/mysql /run/mysqld \
    && install -d /docker-entrypoint-initdb.d

COPY mariadb-entrypoint /usr/local/bin/docker-entrypoint.sh

ENV LANG=C.UTF-8
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mariadbd"]

ARG BASE_IMAGE
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="osiris-mariadb-standin" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      dev.osiris.source="${SOURCE}"
