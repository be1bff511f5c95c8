# The worker's sandbox image. scripts/image builds it from what scripts/build left in worker/target.
ARG BASE_IMAGE=eclipse-temurin:25-jre
FROM ${BASE_IMAGE}

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="osiris-worker" \
      org.opencontainers.image.description="Osiris ProxyWorker: runs the steps of one session" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# What changes least comes first, so that a new build sends little.
COPY worker/target/native/ /opt/osiris/native/
COPY worker/target/lib/ /opt/osiris/lib/
COPY docker/worker-entrypoint docker/worker-bridge /opt/osiris/bin/
COPY worker/target/worker.options worker/target/osiris-worker.jar /opt/osiris/

# Where no folder of the host is mounted: a volume on it belongs to the user below.
RUN install -d -o 65532 -g 65532 -m 0700 /var/lib/osiris

WORKDIR /opt/osiris
# No name for it in the image: the host may run it as any uid and gid.
USER 65532:65532
ENTRYPOINT ["/opt/osiris/bin/worker-entrypoint"]
