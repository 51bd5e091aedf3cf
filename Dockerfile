# An image of Vidworks. BASE is any image with Python 3.11 or later and its module venv, for the
# processors that Vidworks is to run on: x86-64 or ARM64.
#
#   docker build -t vidworks . && docker run -d -p 127.0.0.1:3001:3001 -v vidworks:/data vidworks
#
# The first account needs the setup code, which is in its log. compose.yaml starts it with limits;
# docs/how-to/containers.md says more.
ARG BASE=docker.io/library/python:3.13-slim
FROM ${BASE} AS packages
WORKDIR /opt/vidworks
COPY requirements.lock ./
# The copy of the lock in .venv tells ./vidworks that the packages are installed.
RUN python3 -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock \
    && cp requirements.lock .venv/

FROM ${BASE}
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin vidworks \
    && install -d -o vidworks -g vidworks -m 700 /data
WORKDIR /opt/vidworks
COPY --from=packages /opt/vidworks/.venv .venv
COPY . .
RUN .venv/bin/python -m compileall -q -x '/\.venv/' . && chmod -R a+rX .
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=3001 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 3001
USER 10001:10001
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD .venv/bin/python -c \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/api/health' % os.environ['PORT'])"
ENTRYPOINT ["./vidworks"]
CMD ["start"]
