# One image for web, worker and beat (see docker-compose.yml).
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
# One lock for all: what runs here is what was tested.
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
# The files that the browser asks for, hashed and compressed; the folder of uploads, which the volume takes over.
RUN useradd --system --home-dir /app alimactiv \
    && mkdir -p var/media \
    && SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input \
    && chown -R alimactiv: var
USER alimactiv

EXPOSE 8000
CMD ["gunicorn", "alimactiv.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--access-logfile", "-"]
