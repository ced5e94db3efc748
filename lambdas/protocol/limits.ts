/** The contract's figures. */
export const MAX_CONTENT_CODE_POINTS = 2_000;
export const PREVIEW_CODE_POINTS = 200;
export const MAX_CLIENT_MESSAGE_ID = 128;
export const MAX_FRAME_ID = 64;
export const MAX_USER_ID = 255;
export const MAX_BODY_BYTES = 32 * 1024;
export const MAX_EMOJI_BYTES = 32;
/** As UTF-8, written as JSON without white space. */
export const MAX_METADATA_BYTES = 1_024;
/** The object itself is the first. */
export const MAX_METADATA_LEVELS = 5;
export const MAX_MENTIONS = 50;
/** Of the list as JSON: with it the longest message still fits a frame. */
export const MAX_MENTIONS_BYTES = 4 * 1024;
export const MAX_TITLE = 128;
export const MAX_ADDED_AT_ONCE = 100;
export const MAX_PAGE = 100;
export const DEFAULT_CONVERSATIONS_PAGE = 20;
export const DEFAULT_MESSAGES_PAGE = 50;
export const DEFAULT_REACTIONS_PAGE = 50;
export const DEFAULT_MEMBERS_PAGE = 50;
export const MAX_PRESENCE_IDS = 100;
export const MIN_HANDLE_SEARCHED = 2;
export const MAX_HANDLE_SEARCHED = 64;
/** How many users one may have blocked. */
export const MAX_BLOCKS = 1_000;
/** No frame of ours is larger: nothing says that a route response may exceed the frame limit of 32 KB. */
export const MAX_FRAME_BYTES = 30 * 1024;
/** A `sync` ends early here: what is around its messages in the frame takes less than 1 KB. */
export const MAX_SYNC_BYTES = MAX_FRAME_BYTES - 1024;
