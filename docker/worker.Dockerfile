# The worker's sandbox image. scripts/image builds it from what scripts/build left in worker/target and host/target.
ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG BASE_IMAGE=debian:12-slim

# Everything is made here, on the image's own platform: of the JDK nothing else gets into the image.
FROM ${JDK_IMAGE} AS build

# What a worker and its drivers need of Java.
RUN jlink --output /opt/osiris/java --no-header-files --no-man-pages --strip-java-debug-attributes --compress zip-6 \
      --add-modules java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml \
      --add-modules jdk.charsets,jdk.crypto.ec,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs \
    && strip --strip-unneeded /opt/osiris/java/lib/server/libjvm.so \
    # For worker-bridge; the worker has a cache of its own.
    && /opt/osiris/java/bin/java -XX:+UseSerialGC -Xshare:dump >/dev/null

# Native libraries of the image's platform; scripts/image says where they are.
ARG NATIVE=worker/target/native
COPY ${NATIVE}/ /opt/osiris/native/
RUN strip --strip-unneeded /opt/osiris/native/*.so

COPY worker/target/lib/ /opt/osiris/lib/
COPY worker/target/worker.options worker/target/osiris-worker.jar /opt/osiris/
COPY host/target/lib/ /opt/host/lib/
COPY host/target/host.options host/target/osiris-host.jar scripts/lib/train-aot /opt/host/
# A host runs a pipeline on this worker, which makes /opt/osiris/worker.aot.
RUN /opt/host/train-aot /opt/osiris/java /opt/host /opt/osiris worker

# glibc, libstdc++ and a shell are all that is asked of it.
FROM ${BASE_IMAGE}

# What changes least comes first, so that a new build sends little.
COPY --from=build /opt/osiris/java/ /opt/osiris/java/
COPY --from=build /opt/osiris/native/ /opt/osiris/native/
COPY --from=build /opt/osiris/lib/ /opt/osiris/lib/
# Where no folder of the host is mounted: a volume on it can be written by whoever the container is.
RUN install -d -o 65532 -g 65532 -m 1777 /var/lib/osiris
COPY docker/worker-entrypoint docker/worker-bridge docker/worker-health /opt/osiris/bin/
COPY --from=build /opt/osiris/worker.options /opt/osiris/osiris-worker.jar /opt/osiris/worker.aot /opt/osiris/

ENV PATH=/opt/osiris/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /opt/osiris
# No name for it in the image: the host may run it as any uid and gid.
USER 65532:65532
# The file's age, not a JVM: what asks the worker itself from outside is grpc.health.v1.
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s --retries=2 CMD ["/opt/osiris/bin/worker-health"]
ENTRYPOINT ["/opt/osiris/bin/worker-entrypoint"]

# Last: they change with every commit.
ARG BASE_IMAGE
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="osiris-worker" \
      org.opencontainers.image.description="Osiris ProxyWorker: runs the steps of one session" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
