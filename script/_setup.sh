# Sourced by script/run, script/test and script/lock, from the root of the project: makes everything that Python needs.
# After `setup`, .venv holds exactly what requirements.lock pins and Pango loads.

say() { printf '%s\n' "$*" >&2; }

# The system's package manager --------------------------------------------------------------------------------------

# package_command WHAT: prints the command that installs WHAT here; nothing where no package manager is known.
package_command() {
  local manager names
  for manager in apt-get dnf apk pacman zypper brew; do
    command -v "$manager" >/dev/null && break
    manager=""
  done
  case "$1:$manager" in
    pango:apt-get) names="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" ;;
    pango:zypper) names="libpango-1_0-0" ;;
    pango:*) names="pango" ;;
    venv:apt-get) names="python3-venv" ;;
    postgresql:dnf | postgresql:zypper) names="postgresql-server" ;;
    redis:apt-get) names="redis-server" ;;
    chromium:brew) names="--cask chromium" ;;
    libreoffice:apt-get) names="libreoffice-impress" ;;
    libreoffice:dnf) names="libreoffice-impress" ;;
    libreoffice:pacman) names="libreoffice-fresh" ;;
    libreoffice:brew) names="--cask libreoffice" ;;
    *) names="$1" ;;
  esac
  case "$manager" in
    apt-get) echo "apt-get install -y --no-install-recommends $names" ;;
    dnf) echo "dnf install -y $names" ;;
    apk) echo "apk add $names" ;;
    pacman) echo "pacman -S --noconfirm --needed $names" ;;
    zypper) echo "zypper --non-interactive install $names" ;;
    brew) echo "brew install $names" ;;
  esac
}

# install_package WHAT: installs it if that may be done without asking anything; otherwise says how to, and fails.
install_package() {
  local command as_root=""
  command=$(package_command "$1")
  if [ -z "$command" ]; then
    say "Il manque « $1 » et aucun gestionnaire de paquets connu n'a été trouvé : installez-le, puis relancez."
    return 1
  fi
  case "$command" in
    brew*) ;;
    *)
      if [ "$(id -u)" != 0 ]; then
        as_root="sudo"
        if ! sudo -n true 2>/dev/null; then
          say "Il manque « $1 ». Installez-le avec la commande suivante, puis relancez :"
          say "    sudo $command"
          return 1
        fi
      fi
      ;;
  esac
  say "Il manque « $1 » : $as_root $command"
  case "$command" in
    apt-get*)
      # The list of packages may be missing or old; a repository that is down does not matter if the rest is there.
      [ -n "${PACKAGE_LIST_FRESH:-}" ] || $as_root apt-get update -q >/dev/null || true
      PACKAGE_LIST_FRESH=1
      command="env DEBIAN_FRONTEND=noninteractive $command -q"
      ;;
  esac
  # shellcheck disable=SC2086 # the words of the command
  if ! $as_root $command >&2 </dev/null; then
    say "L'installation de « $1 » a échoué : $as_root $command"
    return 1
  fi
}

# Python ------------------------------------------------------------------------------------------------------------

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  say "Python 3.11 ou plus récent est nécessaire (Python 3.11 or newer is required) ; il n'a pas été trouvé."
  say "Installez-le, ou indiquez-le : PYTHON=/chemin/vers/python3 $0"
  return 1
}

make_venv() {
  local python
  python=$(find_python)
  say "Création de .venv avec $("$python" --version)…"
  rm -rf .venv
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    install_package venv # Debian and Ubuntu leave it out of Python
  fi
  "$python" -m venv .venv
}

prepare() {
  if ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    make_venv
  fi
  if ! cmp -s requirements.lock .venv/installed.lock; then
    say "Installation des dépendances (requirements.lock) : quelques minutes la première fois…"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes \
      -r requirements.lock >&2
    cp requirements.lock .venv/installed.lock
  fi
  if ! .venv/bin/python -c 'import weasyprint' >/dev/null 2>&1; then
    install_package pango
    .venv/bin/python -c 'import weasyprint' >/dev/null
  fi
}

# setup: quick when there is nothing to do; two at the same moment wait for each other.
setup() {
  mkdir -p var
  (
    if command -v flock >/dev/null; then flock 9; fi
    set -e
    prepare
  ) 9>var/setup.lock
}
