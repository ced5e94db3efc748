import { expect, test } from "vitest";
import { isEmojiOnly, partsOf } from "../../page/conversation/text-parts.ts";
import type { TextPart } from "../../page/conversation/text-parts.ts";

test.for([
  ["a smile", "😀"],
  ["a flag", "🇩🇪"],
  ["a family, joined", "👨‍👩‍👧‍👦"],
  ["a skin tone", "👍🏽"],
  ["a keycap", "3️⃣"],
  ["a heart shown as a picture", "❤️"],
  ["six, with spaces and lines", "😀 😀\n😀 🇫🇷 1️⃣ 👩‍🚀"],
])("%s is shown large", ([, text]) => {
  expect(isEmojiOnly(text!)).toBe(true);
});

test.for([
  ["digits", "123"],
  ["a number sign", "#"],
  ["a letter of a flag, alone", "🇩"],
  ["a sign of text", "©"],
  ["words beside it", "😀 well"],
  ["seven", "😀😀😀😀😀😀😀"],
  ["nothing but spaces", "  "],
])("%s is not", ([, text]) => {
  expect(isEmojiOnly(text!)).toBe(false);
});

const links = (text: string): readonly TextPart[] => partsOf(text).filter(({ url }) => url !== null);

test("web addresses and mail addresses become links, with or without their scheme", () => {
  expect(partsOf("See https://example.com/a?b=(c), or example.org. Ask a.b@example.com!")).toEqual([
    { text: "See ", url: null },
    { text: "https://example.com/a?b=(c)", url: "https://example.com/a?b=(c)" },
    { text: ", or ", url: null },
    { text: "example.org", url: "http://example.org" },
    { text: ". Ask ", url: null },
    { text: "a.b@example.com", url: "mailto:a.b@example.com" },
    { text: "!", url: null },
  ]);
});

test.for([
  "javascript:alert(1)",
  "JaVaScRiPt://example.com/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "file:///etc/passwd",
  "ftp://example.com",
  "//example.com",
  "192.168.0.1",
  "vbscript:msgbox",
])("%s opens nothing of its own scheme", (text) => {
  for (const { url } of links(text)) expect(url).toMatch(/^http:\/\//);
  expect(
    partsOf(text)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});
