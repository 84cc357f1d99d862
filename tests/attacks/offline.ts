/** The verifier without a server in one module. */
export { verifyPacket } from '../../static/src/verdict/packet'
export { readTrust } from '../../static/src/verdict/trust'
export { UnreadablePdf, verify } from '../../static/src/verdict/verify'
