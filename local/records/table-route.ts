import type { TableModel } from "../assembly/model.ts";
import type { LocalRoute } from "../gateway/local-routes.ts";
import { answerJson } from "../serving/request-body.ts";
import { decodeCursor, type TablePages } from "./table-pages.ts";

/**
 * `GET /_local/table?name=&pk=&cursor=`: items by partition key, or all of them, page by page. The name may
 * be left out where the app has one table.
 */
export function tableRoute(tables: () => readonly TableModel[], pages: TablePages): LocalRoute {
  return async (req, res) => {
    const query = new URL(req.url ?? "", "http://local").searchParams;
    const refuse = (message: string): void => answerJson(res, 400, { message });
    const name = query.get("name");
    const table = tables().find((candidate) => name === null || candidate.name === name);
    if (table === undefined) {
      const names = tables().map((candidate) => candidate.name);
      refuse(names.length === 0 ? "The app has no table." : `The tables are ${names.join(", ")}.`);
      return;
    }
    const given = query.get("cursor");
    const cursor = given === null ? null : decodeCursor(given, table);
    if (given !== null && cursor === null) refuse("The cursor does not come from a page of this table.");
    else answerJson(res, 200, { table: table.name, ...(await pages.read(table, query.get("pk"), cursor)) });
  };
}
