/**
 * Stands in for `@aws-sdk/endpoint-cache` in the functions' bundles: 8 KB with the library it stands on. The
 * DynamoDB client makes one at load, and keeps in it the endpoints that it has discovered, which it does only
 * where `AWS_ENABLE_ENDPOINT_DISCOVERY` asks for it. Should somebody set that, this keeps none, and the client
 * goes on with the endpoint of its region.
 */
export class EndpointCache {
  getEndpoint(): undefined {
    return undefined;
  }

  get(): undefined {
    return undefined;
  }

  set(): void {
    // Kept nowhere.
  }

  delete(): void {
    // There is none.
  }

  has(): boolean {
    return false;
  }
}
