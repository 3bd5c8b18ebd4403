# syntax=docker/dockerfile:1
# One static binary in an otherwise empty image. `tests/image.sh` assembles the last stage from the lines of this file,
# without a container engine, and runs it.

FROM rust:1.95-alpine3.22 AS build
RUN apk add --no-cache musl-dev gcc ca-certificates tzdata
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    mkdir -p /out/bin && cargo build --release --locked && cp target/release/passerelle /out/bin/passerelle
RUN mkdir -p /out/etc /out/data /out/licenses && \
    cp LICENSE-MIT LICENSE-APACHE fonts/OFL.txt /out/licenses/ && \
    echo 'passerelle:x:10001:10001:Passerelle:/data:/sbin/nologin' > /out/etc/passwd && \
    echo 'passerelle:x:10001:' > /out/etc/group

FROM scratch
COPY --from=build /out/bin/passerelle /usr/bin/passerelle
COPY --from=build /out/etc/passwd /etc/passwd
COPY --from=build /out/etc/group /etc/group
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /out/licenses /usr/share/licenses/passerelle
COPY --from=build --chown=10001:10001 /out/data /data
ENV PASSERELLE__SERVER__BIND=0.0.0.0:8080
ENV PASSERELLE__DATABASE__URL=sqlite:///data/passerelle.db
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/usr/bin/passerelle", "health"]
ENTRYPOINT ["/usr/bin/passerelle"]
CMD ["serve"]
