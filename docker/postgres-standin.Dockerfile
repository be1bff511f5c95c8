# Stands in for the public image of PostgreSQL where no registry can be reached: Debian's package on the base stand-in.
# scripts/database-images builds it.
ARG BASE_IMAGE=osiris-runtime-standin
FROM ${BASE_IMAGE}

# No cluster in the image: the entrypoint makes one.
RUN mkdir -p /etc/postgresql-common \
    && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \
    && apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
    && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ \
    && install -d -o postgres -g postgres -m 3775 /var/run/postgresql \
    && install -d /docker-entrypoint-initdb.d

COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh

ENV PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
VOLUME /var/lib/postgresql/data
# Ends the sessions, and does not wait for them.
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]

ARG BASE_IMAGE
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="osiris-postgres-standin" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      dev.osiris.source="${SOURCE}"
