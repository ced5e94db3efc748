/** One rule of the product, broken: the text that states it, and what stands there instead. */
export interface Mutant {
  /** The rule, by the name of what breaks it. */
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly rule: string;
  readonly broken: string;
  /** The tests that must notice, as vitest takes them. */
  readonly tests: readonly string[];
}

const SENDS = ["test/unit/chat/send-model.test.ts"];
const CHANGES = ["test/unit/chat/change-model.test.ts"];

export const MUTANTS: readonly Mutant[] = [
  {
    name: "append without the condition",
    file: "lambdas/store/messages.ts",
    rule: 'ConditionExpression: `attribute_not_exists(${e.path("pk")})`,',
    broken: 'ConditionExpression: `attribute_not_exists(${e.path("pk")}) OR attribute_exists(pk)`,',
    tests: ["test/store/messages.test.ts"],
  },
  {
    name: "null equal to null",
    file: "lambdas/chat/steps/append-message.ts",
    rule: "return draft.clientMessageId !== null && message.clientMessageId === draft.clientMessageId;",
    broken: "return message.clientMessageId === draft.clientMessageId;",
    tests: SENDS,
  },
  {
    name: "eventual tail query",
    file: "lambdas/chat/steps/append-message.ts",
    rule: 'listAfter(draft.conversationId, tail, limit, "strong")',
    broken: 'listAfter(draft.conversationId, tail, limit, "eventual")',
    tests: SENDS,
  },
  {
    name: "a sender moves a head whose archive has turned",
    file: "lambdas/chat/model/head.ts",
    rule: "archiveTurns: head.participants.map(archiveTurnOf),",
    broken: "",
    tests: SENDS,
  },
  {
    name: "a message takes a muted conversation out of the archive",
    file: "lambdas/chat/model/own-settings.ts",
    rule: "isArchived(own) && !isMuted(own, at) ?",
    broken: "isArchived(own) ?",
    tests: SENDS,
  },
  {
    name: "muting in the archive is no turn",
    file: "lambdas/chat/model/own-settings.ts",
    rule: "isArchived(own) ? 2 : 0",
    broken: "0",
    tests: SENDS,
  },
  {
    name: "a conversation is begun without a second look at blocks",
    file: "lambdas/chat/operations/find-or-create-conversation.ts",
    rule: 'if (await anyBlocks(chat, userId, otherUserId, "strong")) throw nothingPasses();',
    broken: "",
    tests: ["test/unit/chat/blocks-model.test.ts"],
  },
  {
    name: "a block trusts that nobody begins a conversation meanwhile",
    file: "lambdas/chat/steps/show-blocks.ts",
    rule: "await completeConversation(chat, pair, userId, otherId);",
    broken: "return;",
    tests: ["test/unit/chat/blocks-model.test.ts"],
  },
  {
    name: "a remembered head is trusted for ever",
    file: "lambdas/chat/steps/participate.ts",
    rule: 'consistency === "remembered" || age <= RECENT_MS',
    broken: "age < Infinity",
    tests: ["test/handlers/blocks.test.ts"],
  },
  {
    name: "jump to META instead of afterSeq",
    file: "lambdas/chat/operations/send-message.ts",
    rule: "proven: afterSeq,",
    broken: "proven: proof.lastSeq,",
    tests: SENDS,
  },
  {
    name: "jump to META after a lost put",
    file: "lambdas/chat/steps/append-message.ts",
    rule: "tail = put.by.seq;",
    broken:
      'tail = (await chat.heads.get(draft.conversationId, "strong"))?.lastSeq ?? put.by.seq;\n    if (tail < put.by.seq) tail = put.by.seq;',
    tests: SENDS,
  },
  {
    name: "afterSeq taken at its word",
    file: "lambdas/chat/operations/send-message.ts",
    rule: "const proof = await proveFilled(chat, head, afterSeq);",
    broken: "const proof = { lastSeq: Math.max(head.lastSeq, afterSeq), proveFilled };",
    tests: ["test/unit/chat/send-message.test.ts"],
  },
  {
    name: "META by `lastSeq <` alone",
    file: "lambdas/store/heads.ts",
    rule: 'if (lastSeq !== undefined) all.push(`${e.path("lastSeq")} = ${e.value(lastSeq)}`);',
    broken: 'if (lastSeq !== undefined) return [`${e.path("lastSeq")} < ${e.value(lastSeq + 1)}`];',
    tests: ["test/store/heads.test.ts"],
  },
  {
    name: "ack without META",
    file: "lambdas/chat/operations/send-message.ts",
    rule: "advanceHead(chat, hint, stored),",
    broken: "advanceHead(chat, hint, stored).catch(() => ({ head: hint })),",
    tests: ["test/unit/chat/stored-before-seen.test.ts"],
  },
  {
    name: "the head's lastSeq for the log's",
    file: "lambdas/chat/operations/sync-messages.ts",
    rule: "found.length === 0 ? afterSeq <= head.lastSeq : endsLog;",
    broken: "endsLog && afterSeq >= 0;",
    tests: ["test/handlers/repair.test.ts"],
  },
  {
    name: "the head's lastSeq for a full page",
    file: "lambdas/chat/operations/sync-messages.ts",
    rule: "return Math.max(head.lastSeq, newest, last?.seq ?? 0);",
    broken: "return Math.max(head.lastSeq, newest, found.length === 0 ? (last?.seq ?? 0) : 0);",
    tests: ["test/handlers/repair.test.ts"],
  },
  {
    name: "read steps not stored",
    file: "lambdas/chat/steps/move-head.ts",
    rule: "...steps.map((step) => chat.heads.putReadStep(head.id, step)),",
    broken: "...steps.slice(0, 0).map((step) => chat.heads.putReadStep(head.id, step)),",
    tests: SENDS,
  },
  {
    name: "recipients read before the put",
    file: "lambdas/chat/operations/send-message.ts",
    rule: "const appended = await store(chat, head, draft, request.afterSeq);",
    broken: `const early = await chat.users.getMany(head.participants.map(({ id }) => id), "strong");
  chat = { ...chat, users: Object.create(chat.users, { getMany: { value: () => Promise.resolve(early) } }) as Chat["users"] };
  const appended = await store(chat, head, draft, request.afterSeq);`,
    tests: ["test/unit/chat/push-or-sync.test.ts"],
  },
  {
    name: "broadcast before the put",
    file: "lambdas/chat/operations/send-message.ts",
    rule: "const appended = await store(chat, head, draft, request.afterSeq);",
    broken: `await broadcast(
    chat,
    caller,
    head,
    { ...draft, seq: head.lastSeq + 1, createdAt: chat.clock.now() },
    await chat.users.getMany(head.participants.map(({ id }) => id), "strong"),
  );
  const appended = await store(chat, head, draft, request.afterSeq);`,
    tests: ["test/unit/chat/stored-before-seen.test.ts"],
  },
  {
    name: "prune a connecting connection",
    file: "lambdas/chat/steps/fan-out.ts",
    rule: 'outcomes[index] === "gone" && connection.since <= now - CONNECTING_MS,',
    broken: 'outcomes[index] === "gone" && connection.since <= now + CONNECTING_MS,',
    tests: ["test/unit/chat/fan-out.test.ts"],
  },
  {
    name: "prune the wrong connection",
    file: "lambdas/chat/steps/fan-out.ts",
    rule: "await removeConnections(chat, user.id, gone, user);",
    broken: "await removeConnections(chat, user.id, user.connections, user);",
    tests: ["test/unit/chat/fan-out.test.ts", "test/handlers/pushes.test.ts"],
  },
  {
    name: "a count of connections instead of leases",
    file: "lambdas/chat/model/presence.ts",
    rule: "connection.lease > now;",
    broken: "connection.lease > 0 && now > 0;",
    tests: ["test/unit/chat/presence-model.test.ts"],
  },
  {
    name: "offline while another device remains",
    file: "lambdas/chat/model/presence.ts",
    rule: "const empty = remove.length === user.connections.length;",
    broken: "const empty = remove.length > 0;",
    tests: ["test/unit/chat/presence-model.test.ts"],
  },
  {
    name: "presence written without compare-and-set",
    file: "lambdas/store/users.ts",
    rule: 'ConditionExpression: `${e.path("revision")} = ${e.value(revision)}`,',
    broken: 'ConditionExpression: `${e.path("revision")} >= ${e.value(0)}`,',
    tests: ["test/store/users.test.ts"],
  },
  {
    name: "a join that resurrects the connection",
    file: "lambdas/store/users.ts",
    rule: "UpdateExpression: `SET ${room} = ${e.value(true)}`,",
    broken:
      "UpdateExpression: `SET ${connection} = ${e.value({ lease: 1e15, since: 0, rooms: { [conversationId]: true } })}`, // ${room}",
    tests: ["test/store/rooms.test.ts"],
  },
  {
    name: "the leave settles whatever came after it",
    file: "lambdas/chat/model/presence.ts",
    rule: 'if (user.state !== "leaving" || user.lastSeenAt !== lastSeenAt) return null;',
    broken: 'if (user.state === "off") return null;',
    tests: ["test/unit/chat/presence-model.test.ts"],
  },
  {
    name: "the sender taken from the frame",
    file: "lambdas/websocket/caller.ts",
    rule: "const userId = requestContext.authorizer?.principalId;",
    broken:
      'const userId = (JSON.parse((arguments[0] as WebSocketEvent).body ?? "{}") as { senderId?: string }).senderId ?? requestContext.authorizer?.principalId;',
    tests: ["test/handlers/websocket-actions.test.ts"],
  },
  {
    name: "a rate that each environment counts alone",
    file: "lambdas/chat/rate-limit.ts",
    rule: "else await this.#takeLease(userId, user, wanted, now);",
    broken: "else user.busyUntil = userId === this.#kind && wanted < 0 ? now : user.busyUntil;",
    tests: ["test/unit/chat/rate-limit.test.ts"],
  },
  {
    name: "a free share from an environment that was started for the request",
    file: "lambdas/chat/rate-limit.ts",
    rule: "return !isFirst && now >= user.busyUntil;",
    broken: "return (isFirst || !isFirst) && now >= user.busyUntil;",
    tests: ["test/unit/chat/rate-limit.test.ts"],
  },
  {
    name: "an allowance given out without the condition",
    file: "lambdas/store/allowances.ts",
    rule: "? `${until} BETWEEN ${clock} AND ${e.value(latest)}`",
    broken: "? `${until} >= ${clock} AND ${e.value(latest)} > ${clock}`",
    tests: ["test/store/allowances.test.ts"],
  },
  {
    name: "conversations counted without the limit as a condition",
    file: "lambdas/store/allowances.ts",
    rule: "AND ${made} < ${e.value(perHour)}`,",
    broken: "AND ${made} < ${e.value(perHour + 1000)}`,",
    tests: ["test/store/allowances.test.ts"],
  },
  {
    name: "a conversation counted that was there already",
    file: "lambdas/chat/operations/find-or-create-conversation.ts",
    rule: "if (claimed.conversationId !== pair.conversationId) await uncountConversation(chat, userId, counted);",
    broken: "if (claimed.conversationId === userId) await uncountConversation(chat, userId, counted);",
    tests: ["test/handlers/conversations-per-hour.test.ts"],
  },
  {
    name: "an evicted connection closed once only",
    file: "lambdas/chat/operations/open-connection.ts",
    rule: 'outcomes[index] !== "closed");',
    broken: 'outcomes[index] === "failed");',
    tests: ["test/handlers/strays.test.ts"],
  },
  {
    name: "a stray taken for one by a lagging record",
    file: "lambdas/chat/steps/notice-stray.ts",
    rule: 'consistency === "strong" ? record : await chat.users.get(userId, "strong");',
    broken: 'consistency === "strong" || chat.users === null ? record : record;',
    tests: ["test/unit/chat/notice-stray.test.ts"],
  },
  {
    name: "acquainted by one who wrote",
    file: "lambdas/chat/model/disclosure.ts",
    rule: "head.participants.every(({ wrote }) => wrote === true);",
    broken: "head.participants.some(({ wrote }) => wrote === true);",
    tests: ["test/handlers/disclosure.test.ts"],
  },
  {
    name: "a remembered head asked who has written",
    file: "lambdas/chat/operations/signal-typing.ts",
    rule: ': await participate(chat, caller, conversationId, "eventual");',
    broken: ': await participate(chat, caller, conversationId, "remembered");',
    tests: ["test/handlers/disclosure.test.ts"],
  },
  {
    name: "an unknown task acknowledged",
    file: "lambdas/worker/run-tasks.ts",
    rule: "if (!task.ok) throw new Error(`The queue holds what is no task: ${task.message}`);",
    broken: "if (!task.ok) return [];",
    tests: ["test/unit/worker/handler.test.ts"],
  },
  {
    name: "a change judged by what was read alone",
    file: "lambdas/chat/steps/append-change.ts",
    rule: "const message = applyChanges(stored, tail);",
    broken: "const message = stored;",
    tests: CHANGES,
  },
  {
    name: "a change judged beside one that is emptied",
    file: "lambdas/chat/steps/append-change.ts",
    rule: "if (isBehind(stored, tail)) continue;",
    broken: "",
    tests: ["test/unit/chat/append-change.test.ts"],
  },
  {
    name: "changes shown in no order",
    file: "lambdas/chat/steps/show-changes.ts",
    rule: "lastRev: head.lastRev,\n        readSeqs",
    broken: "readSeqs",
    tests: CHANGES,
  },
  {
    name: "a preview that keeps what was deleted",
    file: "lambdas/chat/steps/show-changes.ts",
    rule: "...(last ? { lastMessage: previewOf(last) } : {}),",
    broken: "",
    tests: CHANGES,
  },
  {
    name: "a preview of a message that is not the last",
    file: "lambdas/chat/steps/show-changes.ts",
    rule: "...(last ? { lastSeq: head.lastSeq } : {}),",
    broken: "",
    tests: CHANGES,
  },
  {
    name: "edits that keep what they said",
    file: "lambdas/chat/operations/repair-changes.ts",
    rule: "await Promise.all(edits.map(({ rev }) => chat.changes.empty(conversationId, rev)));",
    broken: "void edits;",
    tests: CHANGES,
  },
];
