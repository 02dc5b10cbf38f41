# The image holds one static binary and what it reads: no shell, no package manager.
# `make docker-stages` does what this file says, without Docker, and tries the result;
# keep to the instructions it knows.

FROM golang:1.26 AS build
WORKDIR /src
COPY . .
ARG VERSION=dev
RUN make build VERSION="$VERSION"
# The root of the image: binary, certificates, time zones, one user, its data.
RUN mkdir -p /rootfs/etc/ssl/certs /rootfs/data /rootfs/tmp
RUN cp build/greffier /rootfs/greffier
RUN cp /etc/ssl/certs/ca-certificates.crt /rootfs/etc/ssl/certs/
RUN cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /rootfs/zoneinfo.zip
RUN echo 'greffier:x:65532:65532:Greffier:/data:/nologin' >/rootfs/etc/passwd
RUN echo 'greffier:x:65532:' >/rootfs/etc/group
RUN chown 65532:65532 /rootfs/data && chmod 0700 /rootfs/data && chmod 1777 /rootfs/tmp

FROM scratch
COPY --from=build /rootfs/ /
ENV ZONEINFO=/zoneinfo.zip
ENV GREFFIER_DATA=/data
USER 65532:65532
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/greffier", "healthcheck"]
ENTRYPOINT ["/greffier"]
CMD ["serve"]
