/** What the pictures of the page show. */
export const ME = "Ada Moreau";
export const WITH = "Sam Okafor";

type Line = readonly [minutesAgo: number, isMine: boolean, content: string];

interface PicturedConversation {
  readonly name: string;
  readonly isOnline: boolean;
  readonly unread: number;
  readonly lines: readonly Line[];
}

const DAY = 24 * 60;

export const CONVERSATIONS: readonly PicturedConversation[] = [
  {
    name: WITH,
    isOnline: true,
    unread: 0,
    lines: [
      [DAY + 190, false, "The tickets for the lakes are out. Two left on the early train"],
      [DAY + 186, true, "Take them! I’ll bring the stove and the small tent"],
      [DAY + 185, false, "Done 🎉"],
      [DAY + 184, true, "🏔️🚂"],
      [12, false, "Packing now. Did you see the forecast?"],
    ],
  },
  {
    name: "Mei Lin",
    isOnline: true,
    unread: 2,
    lines: [
      [41, true, "How did the interview go?"],
      [18, false, "They asked about the cache for half an hour"],
      [17, false, "I think it went well!"],
    ],
  },
  {
    name: "نور حسن",
    isOnline: false,
    unread: 1,
    lines: [[64, false, "صباح الخير! هل نلتقي يوم الأحد؟"]],
  },
  {
    name: "Jonas Weber",
    isOnline: true,
    unread: 0,
    lines: [
      [3 * 60, false, "The build is green again"],
      [3 * 60 - 4, true, "Thank you, that saved my evening"],
    ],
  },
  {
    name: "Priya Nair",
    isOnline: false,
    unread: 0,
    lines: [[DAY + 30, false, "Recipe is in the mail, mind the cardamom"]],
  },
  {
    name: "Leïla Haddad",
    isOnline: false,
    unread: 0,
    lines: [[3 * DAY, true, "Congratulations to both of you!"]],
  },
];

/** Said while the picture is drawn. */
export const LIVE: readonly (readonly [isMine: boolean, content: string])[] = [
  [true, "Sun until Sunday: https://weather.example/lakes"],
  [false, "Then I leave the heavy jacket here"],
  [true, "7:40 on the platform, I bring coffee ☕"],
];

/** A group that is made while its picture is drawn. */
export const GROUP = {
  title: "Lakes weekend",
  third: "Mei Lin",
  question: "Is there still a bed for me?",
  answer: `There is! @${WITH} has the key`,
  thanks: "With me. Mind the third step, it is loose",
  last: "🎒🏕️",
  begun: "Bring the map, @M",
} as const;
