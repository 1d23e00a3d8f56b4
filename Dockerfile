# sharebot as one small container: wheels from the lock, no shell at work, no root, state in /data only.
#   docker build -t sharebot .    (many hosts on PostgreSQL, and every other extra: --build-arg LOCK=requirements-all.lock)
#   docker run --read-only --tmpfs /tmp -v ./config:/config:ro -v sharebot:/data --env-file secrets.env sharebot
# The same bytes each time: --build-arg BASE=python:3.13-slim@sha256:… ; any Debian with Python 3.11 or newer will do.
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
ARG LOCK=requirements.lock
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install --yes --no-install-recommends binutils
WORKDIR /src
COPY ${LOCK} requirements-build.lock ./
RUN python -m venv /opt/sharebot \
 && /opt/sharebot/bin/pip install --no-compile --no-deps --require-hashes --only-binary :all: -r ${LOCK} \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --no-deps --require-hashes --only-binary :all: -r requirements-build.lock
# A third of the libraries never runs: their tests, headers, stubs for type checkers, and symbols for debuggers.
RUN cd /opt/sharebot/lib/python3*/site-packages \
 && find . -depth \( -type d -name tests -o -path ./numpy/f2py -o -name '*.pyi' -o -name '*.pxd' -o -name '*.[ch]' \) \
         -exec rm -r {} + \
 && find . -name '*.so' -exec strip --strip-debug {} +
COPY pyproject.toml README.md LICENSE ./
COPY sharebot sharebot
COPY config/demo config/demo
# The demo shows that it all works, and leaves the byte code of what a run loads; that of all the rest is never read.
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /opt/wheel . \
 && /opt/sharebot/bin/pip install --no-deps /opt/wheel/*.whl \
 && /opt/sharebot/bin/pip uninstall --yes pip \
 && cd /opt/sharebot/lib/python3*/site-packages \
 && /opt/sharebot/bin/sharebot demo --once --state /tmp/demo \
 && find . -maxdepth 1 -regex './\(feedparser\|imap_tools\|procrastinate\|prometheus_client\|psycopg\)' \
         -exec /opt/sharebot/bin/python -m compileall -q {} + \
 && mkdir /data

FROM ${BASE}
ARG VERSION=0.1.0 CREATED="" REVISION=""
LABEL org.opencontainers.image.title="sharebot" \
      org.opencontainers.image.description="Turns every newsletter issue into the right posts, on every network, at the right time, exactly once" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.revision="${REVISION}"
# Letters beyond ASCII in the pictures of quotations, and the shaping of Arabic and Hebrew.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core libfribidi0 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
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
