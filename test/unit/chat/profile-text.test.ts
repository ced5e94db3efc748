import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pictureUrl, profileText } from "../../../lambdas/chat/model/profile-text.ts";

describe("a name", () => {
  it.each([
    ["trimmed", " \t\n\u00a0Ann\u3000\u2800 ", "Ann"],
    ["freed of controls", "A\u0000n\u001bn\u007f\u0085\n", "Ann"],
    ["freed of line separators", "An\u2028n\u2029", "Ann"],
    ["freed of bidi overrides", "\u202eann\u202c \u2066B\u2069\u200e\u200f\u061c", "ann B"],
    [
      "freed of what nobody sees",
      "ad\u200bm\u2060i\ufeffn\u00ad\u034f\u3164\u115f\u17b4\u{e0041}\ufff9",
      "admin",
    ],
    ["freed of joiners between letters that do not join", "ad\u200dm\u200cin\u200d", "admin"],
    ["freed of variation selectors on letters", "a\ufe0fd\ufe00min\u{e0100}1\ufe0f", "admin1"],
    ["freed of half characters", "A\ud83dn\udc00n", "Ann"],
    ["kept with blanks inside", "Ann  Lee", "Ann  Lee"],
  ])("is %s", (_how, text, shown) => {
    expect(profileText(text)).toBe(shown);
  });

  it.each([
    ["a family", "👨‍👩‍👧‍👦"],
    ["a skin tone and a sex", "🏃🏽‍♀️"],
    ["a heart in colour, and on fire", "❤️ ❤️‍🔥"],
    ["a rainbow flag and a flag of tags", "🏳️‍🌈 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
    ["a keycap", "1️⃣"],
    ["Persian with a non-joiner", "می‌خواهم"],
    ["Hindi with a joiner", "क्‍ष"],
    ["Sinhala with a joiner", "ශ්‍රී"],
    ["Japanese with a variant", "葛\u{e0100}城"],
    ["accents apart from their letters", "Zoe\u0308"],
    ["Arabic and Hebrew as such", "ليلى שרה"],
  ])("keeps %s", (_what, name) => {
    expect(profileText(name)).toBe(name);
  });

  it("is cut to 128 code points, of which the last one shows", () => {
    expect(profileText("x".repeat(129))).toBe("x".repeat(128));
    expect(profileText("😀".repeat(200))).toBe("😀".repeat(128));
    expect(profileText(`${"x".repeat(127)} y`)).toBe("x".repeat(127));
    expect(profileText(`${" ".repeat(50_000)}${"\u200b".repeat(50_000)}y${" ".repeat(50_000)}z`)).toBe("y");
    expect(profileText(`${"x".repeat(126)}👨‍👩`)).toBe(`${"x".repeat(126)}👨`);
  });

  it.each(["", " ", "\u202e", "\u0000", "\u200d", "\u3164 \u2800", "\ufe0f", "\ud83d"])(
    "of which nothing is left is none: %j",
    (text) => {
      expect(profileText(text)).toBeNull();
    },
  );

  it("stays as it is when it is read again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const once = profileText(text);
        expect(once === null ? null : profileText(once)).toBe(once);
      }),
    );
  });
});

describe("a picture's address", () => {
  const HTTPS = ["https:"];

  it.each(["https://x/a.png", "HTTPS://X/a%20b?c#d", `https://x/${"a".repeat(2_038)}`])(
    "may be %j",
    (url) => {
      expect(pictureUrl(url, HTTPS)).toBe(url);
    },
  );

  it.each([
    "http://x/a.png",
    "//x/a.png",
    "/a.png",
    "a.png",
    "",
    "https://",
    "javascript:alert(1)",
    "data:image/png;base64,AA==",
    "java\nscript:alert(1)",
    "https://x/\ta.png",
    "https://x/\u202egnp.a",
    "https://x/\ud83d",
    `https://x/${"a".repeat(2_039)}`,
  ])("is none where it is %j", (url) => {
    expect(pictureUrl(url, HTTPS)).toBeNull();
  });

  it("is trimmed", () => {
    expect(pictureUrl(" https://x/a.png\n", HTTPS)).toBe("https://x/a.png");
  });

  it("may be http where the stage allows it", () => {
    expect(pictureUrl("http://localhost/a.png", ["https:", "http:"])).toBe("http://localhost/a.png");
  });
});
