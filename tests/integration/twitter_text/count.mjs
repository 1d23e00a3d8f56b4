// X's own counter (twitter-text): for each text on standard input, a JSON string a line, its length and whether it fits.
import { createInterface } from 'node:readline'
import twitter from 'twitter-text'

for await (const line of createInterface({ input: process.stdin })) {
  const { weightedLength, valid } = twitter.parseTweet(JSON.parse(line))
  console.log(JSON.stringify([weightedLength, valid]))
}
