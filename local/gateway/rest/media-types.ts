/** Whether a media type, parameters aside, is one of the API's binary ones, which may hold `*`. */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = mediaType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return binaryMediaTypes.some((pattern) => {
    const wanted = pattern.toLowerCase().replaceAll("~1", "/");
    if (wanted === "*/*") return true;
    return wanted.endsWith("/*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
  });
}
