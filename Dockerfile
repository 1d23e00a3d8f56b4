# sharebot as one small container: wheels from the lock, no shell at work, no root, state in /data only.
#   docker build -t sharebot .    (many hosts on PostgreSQL: --build-arg LOCK=requirements-all.lock)
#   docker run --read-only --tmpfs /tmp -v ./config:/config:ro -v sharebot:/data --env-file secrets.env sharebot
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
ARG LOCK=requirements.lock
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY ${LOCK} requirements-build.lock ./
RUN python -m venv /opt/sharebot \
 && /opt/sharebot/bin/pip install --no-deps --require-hashes -r ${LOCK} \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --no-deps --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY sharebot sharebot
COPY config/demo config/demo
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /opt/wheel . \
 && /opt/sharebot/bin/pip install --no-deps /opt/wheel/*.whl \
 && /opt/sharebot/bin/pip uninstall --yes pip \
 && mkdir /data

FROM ${BASE}
LABEL org.opencontainers.image.title="sharebot" \
      org.opencontainers.image.description="Turns every newsletter issue into the right posts, on every network, at the right time, exactly once" \
      org.opencontainers.image.licenses="Apache-2.0"
# Letters beyond ASCII in the pictures of quotations, and the shaping of Arabic and Hebrew.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core libfribidi0 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/sharebot /opt/sharebot
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/sharebot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SHAREBOT_CONFIG=/config/sharebot.yaml \
    SHAREBOT_DATABASE=sqlite:////data/sharebot.db
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=60s --timeout=10s --start-period=15s CMD ["sharebot", "doctor", "--live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sharebot"]
CMD ["run"]
