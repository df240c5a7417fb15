# Setu in a container. Two stages: the first installs Setu and what it needs into a folder, the second is that folder on a
# plain Python. Every step can be run by hand on a machine with Python 3.12.

FROM python:3.12-slim-bookworm AS build
RUN useradd --uid 10001 --create-home setu
RUN install --directory --owner=setu --group=setu /opt/setu
USER setu
WORKDIR /home/setu/source
COPY --chown=setu:setu pyproject.toml constraints.txt README.md LICENSE ./
COPY --chown=setu:setu bridge bridge
COPY --chown=setu:setu bots bots
# The virtual environment has no pip of its own: nothing in the last stage can install anything.
RUN python -m venv --without-pip /opt/setu
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /home/setu/wheel .
RUN python -m pip --python /opt/setu/bin/python install --no-cache-dir --constraint constraints.txt /home/setu/wheel/setu-*.whl

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="Setu" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/setu --shell /usr/sbin/nologin setu
# Volumes that are mounted here begin with this owner and mode: keys and tokens are for Setu alone.
RUN install --directory --owner=setu --group=setu --mode=0700 /var/lib/setu /var/lib/setu/registrations
COPY --from=build /opt/setu /opt/setu
ENV PATH=/opt/setu/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER setu
WORKDIR /var/lib/setu
EXPOSE 29328
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:29328/_setu/live', timeout=3)"]
ENTRYPOINT ["setu"]
CMD ["run", "/config/setu.yaml"]
