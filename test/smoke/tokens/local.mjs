// Prints a token of the local cloud's issuer: npm run smoke -- … --token-command "node test/smoke/tokens/local.mjs"
const {
  PARLEY_HTTP_URL,
  PARLEY_USER,
  PARLEY_DISPLAY_NAME,
  PARLEY_AVATAR_URL,
  PARLEY_SCOPE,
  PARLEY_EXPIRES_IN,
} = process.env;
const answer = await fetch(`${PARLEY_HTTP_URL}/_local/token`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    userId: PARLEY_USER,
    ...(PARLEY_DISPLAY_NAME && { displayName: PARLEY_DISPLAY_NAME }),
    ...(PARLEY_AVATAR_URL && { avatarUrl: PARLEY_AVATAR_URL }),
    ...(PARLEY_SCOPE && { scope: PARLEY_SCOPE }),
    ...(PARLEY_EXPIRES_IN && { expiresInSeconds: Number(PARLEY_EXPIRES_IN) }),
  }),
});
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
console.log((await answer.json()).token);
