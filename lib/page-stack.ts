import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { contentSecurityPolicy, PERMISSIONS_POLICY } from "./page-policy.ts";
import type { PageSettings } from "./page-settings.ts";
import type { Settings } from "./settings.ts";

export interface PageStackProps extends StackProps {
  readonly settings: Settings;
  readonly page: PageSettings;
}

/**
 * Where the page is served from. The APIs must let its origin in, so it is made before them and knows none of
 * them; PageFilesStack puts in, after them, what names them.
 */
export class PageStack extends Stack {
  readonly bucket: IBucket;
  readonly distribution: Distribution;
  /** As browsers send it: without a slash at the end. */
  readonly origin: string;
  /** First part of the host name of Cognito's sign-in page. */
  readonly signInPrefix: string;

  constructor(scope: Construct, id: string, props: PageStackProps) {
    super(scope, id, props);
    const { settings, page } = props;
    const ownPrefix = settings.identity.type === "user-pool" ? settings.identity.domainPrefix : undefined;
    this.signInPrefix =
      page.signInPrefix ?? ownPrefix ?? `parley-${settings.stage.toLowerCase()}-${Stack.of(this).account}`;
    this.bucket = new Bucket(this, "Files", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // Whatever `disposable` says: everything in it can be built again.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      // The class has `isWebsite` as undefined where its interface has it absent.
    }) as IBucket;
    this.distribution = new Distribution(this, "Distribution", {
      comment: `parley-${settings.stage}: the page`,
      defaultRootObject: "index.html",
      ...(page.webAclArn === undefined ? {} : { webAclId: page.webAclArn }),
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket, {
          originAccessControl: new S3OriginAccessControl(this, "AccessControl", {
            originAccessControlName: this.#nameOf(settings),
          }),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#headers(settings, page),
        compress: true,
      },
      ...(page.domain === undefined
        ? {}
        : {
            domainNames: [page.domain.name],
            certificate: Certificate.fromCertificateArn(this, "Certificate", page.domain.certificateArn),
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }),
    });
    this.origin = `https://${page.domain?.name ?? this.distribution.distributionDomainName}`;
    new CfnOutput(this, "PageUrl", { value: `${this.origin}/` });
    // What a name of the deployer's has to lead to.
    new CfnOutput(this, "PageDistribution", { value: this.distribution.distributionDomainName });
  }

  /** CloudFront's names are one account's, whatever the region: the same stage may be deployed in two. */
  #nameOf({ stage }: Settings): string {
    return `parley-${stage}-page-${Aws.REGION}`;
  }

  #headers(settings: Settings, page: PageSettings): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "Headers", {
      responseHeadersPolicyName: this.#nameOf(settings),
      comment: `parley-${settings.stage}: the page`,
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: contentSecurityPolicy(this.#mayConnectTo(settings, page)),
          override: true,
        },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        // The address of a page that comes back from signing in has a code in it.
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: "permissions-policy", value: PERMISSIONS_POLICY, override: true },
          { header: "cross-origin-opener-policy", value: "same-origin", override: true },
        ],
      },
    });
  }

  /** The region's APIs: which of them are ours is not known yet, and the document itself says it. */
  #mayConnectTo({ identity }: Settings, page: PageSettings): string[] {
    const apis = `*.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    const issuer =
      identity.type === "issuer"
        ? [new URL(identity.issuer).origin]
        : [`https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`, signInUrl(this.signInPrefix)];
    return [`https://${apis}`, `wss://${apis}`, ...issuer, ...page.issuerOrigins];
  }
}

/** Cognito's sign-in page: its host has this suffix in every region that is not China's, which have no such pages. */
export const signInUrl = (prefix: string): string => `https://${prefix}.auth.${Aws.REGION}.amazoncognito.com`;
