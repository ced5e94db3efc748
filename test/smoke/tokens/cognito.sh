#!/usr/bin/env bash
# Prints an id token of a deployment's user pool, for the user named by PARLEY_USER, who is made if need be. With the
# AWS CLI, by whoever may administer the pool; USER_POOL_ID and CLIENT_ID are the outputs UserPoolId and
# UserPoolClientId. For a stage of your own: the users stay (`remove` deletes those made here).
set -euo pipefail
prefix=smoke-
idp() { aws cognito-idp "$@"; }

if [ "${1:-}" = remove ]; then
  idp list-users --user-pool-id "$USER_POOL_ID" --filter "username ^= \"$prefix\"" --query 'Users[].Username' --output text |
    tr '\t' '\n' | while read -r name; do
    [ -z "$name" ] || idp admin-delete-user --user-pool-id "$USER_POOL_ID" --username "$name"
  done
  exit
fi
if [ -n "${PARLEY_SCOPE:-}" ]; then
  echo "A person's client has no scopes: admin routes take a machine's token." >&2
  exit 3
fi
if [ -n "${PARLEY_EXPIRES_IN:-}" ]; then
  echo "Cognito gives no token shorter than five minutes." >&2
  exit 3
fi
# Ids that no user name of Cognito's can be are the tests' own to skip.
case "$PARLEY_USER" in *[!A-Za-z0-9._-]*)
  echo "Cognito takes no such name." >&2
  exit 3
  ;;
esac
name=$prefix$PARLEY_USER
password="Aa1!$(printf %s "$name" | sha256sum | cut -c1-32)"
if ! idp admin-get-user --user-pool-id "$USER_POOL_ID" --username "$name" >/dev/null 2>&1; then
  idp admin-create-user --user-pool-id "$USER_POOL_ID" --username "$name" --message-action SUPPRESS \
    --user-attributes "Name=email,Value=$name@example.com" Name=email_verified,Value=true >/dev/null
  idp admin-set-user-password --user-pool-id "$USER_POOL_ID" --username "$name" --password "$password" --permanent
fi
attributes=()
[ -z "${PARLEY_DISPLAY_NAME:-}" ] || attributes+=("{\"Name\":\"name\",\"Value\":$(printf %s "$PARLEY_DISPLAY_NAME" | node -p 'JSON.stringify(require("fs").readFileSync(0, "utf8"))')}")
[ -z "${PARLEY_AVATAR_URL:-}" ] || attributes+=("{\"Name\":\"picture\",\"Value\":$(printf %s "$PARLEY_AVATAR_URL" | node -p 'JSON.stringify(require("fs").readFileSync(0, "utf8"))')}")
if [ ${#attributes[@]} -gt 0 ]; then
  idp admin-update-user-attributes --user-pool-id "$USER_POOL_ID" --username "$name" \
    --user-attributes "[$(IFS=,; echo "${attributes[*]}")]" >/dev/null
fi
idp initiate-auth --auth-flow USER_PASSWORD_AUTH --client-id "$CLIENT_ID" \
  --auth-parameters "$(printf '{"USERNAME":"%s","PASSWORD":"%s"}' "$name" "$password")" \
  --query AuthenticationResult.IdToken --output text
