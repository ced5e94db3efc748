import { App } from "aws-cdk-lib";
import { AuctionStack } from "../lib/auction-stack.ts";

new AuctionStack(new App(), "Auction");
