# One image for web, worker and beat (see docker-compose.yml).
FROM python:3.11.16-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
# Pango draws the PDF documents; PostgreSQL's own tools make the backups, of the same version as the server.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
# One lock for all: what runs here is what was tested.
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
# The files that the browser asks for, hashed and compressed; the folder of uploads, which the volume takes over.
RUN useradd --system --uid 10001 --home-dir /app alimactiv \
    && mkdir -p var/media var/backups \
    && SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input \
    && chown -R alimactiv: var
USER alimactiv

EXPOSE 8000
ENV BIND=0.0.0.0 PORT=8000 LOG_FORMAT=json
CMD ["gunicorn", "-c", "python:alimactiv.gunicorn", "alimactiv.wsgi"]
