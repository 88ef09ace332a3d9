export { type ZipEntry, ZipError, type ZipFault } from './directory.ts'
export { type Place, ZipReader } from './reader.ts'
export { type Sink, type Written, ZipWriter } from './writer.ts'
