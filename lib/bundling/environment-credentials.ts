/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda always hands a
 * function its role's credentials in these three variables and keeps them for the life of the
 * environment, so the chain that also looks at files, SSO, STS and the instance (a third of the bundle)
 * has nothing to find. Source: "Defined runtime environment variables", AWS Lambda developer guide.
 */
export const defaultProvider = () => () => {
  const accessKeyId = process.env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = process.env["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = process.env["AWS_SESSION_TOKEN"];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return Promise.reject(new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"));
  }
  return Promise.resolve({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
};
