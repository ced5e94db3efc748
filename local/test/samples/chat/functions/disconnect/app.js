const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DeleteCommand, DynamoDBDocumentClient } = require("@aws-sdk/lib-dynamodb");

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: process.env.AWS_REGION }));

exports.handler = async (event) => {
  const Key = { connectionId: event.requestContext.connectionId };
  try {
    await documents.send(new DeleteCommand({ TableName: process.env.TABLE_NAME, Key }));
  } catch (error) {
    return { statusCode: 500, body: `Failed to disconnect: ${JSON.stringify(error)}` };
  }
  return { statusCode: 200, body: "Disconnected." };
};
