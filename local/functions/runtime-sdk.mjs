// Lambda's runtime brings the SDK, and what the CDK bundles by default leaves it out: where code asks for
// a package of the SDK it has not brought itself, it gets the one beside the local cloud.
import Module, { createRequire } from "node:module";

const own = createRequire(import.meta.url);
const isOfSdk = (specifier) => /^@(aws-sdk|smithy)\//.test(specifier);

/**
 * Call once, before the handler's file is loaded. Modules are resolved in a thread of its own, which takes
 * some milliseconds to start: only where the SDK is missing.
 */
export function lendSdk(file, isModule) {
  if (isModule && !finds(file, "@aws-sdk/client-dynamodb")) Module.register(import.meta.url);
  const original = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    try {
      return original.call(this, request, ...rest);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND" || !isOfSdk(request)) throw error;
      return own.resolve(request);
    }
  };
}

function finds(file, request) {
  try {
    return createRequire(file).resolve(request) !== "";
  } catch {
    return false;
  }
}

/** What that thread calls. */
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || !isOfSdk(specifier)) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
}
