# The image that web, worker, beat and the one-shot migration of docker-compose.yml share.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY . .
# The settings of production name the static files by their content. They ask for a secret and servers; these are
# made up for this one command and stay in no layer.
RUN make messages \
    && EPI_ENV=production EPI_VAR=/tmp/epi ALLOWED_HOSTS=localhost \
       SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
       DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost:6379/0 \
       /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
# Pango and HarfBuzz draw the PDFs; the letters themselves come from a Python package.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 epi \
    && install -d -o epi -g epi /var/lib/epi /var/lib/epi-beat
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    EPI_ENV=production \
    EPI_VAR=/var/lib/epi
WORKDIR /app
USER epi
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "scripts/healthy.py"]
CMD ["gunicorn", "epi.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
