/** What the fixture's JWT authorizer expects of a token. */
export const ISSUER = "https://issuer.conformance.local";
export const AUDIENCE = "conformance";
