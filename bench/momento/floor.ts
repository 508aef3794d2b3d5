// What gRPC for node costs a server that does nothing: Get is answered with the bytes of the last Set, without
// a look at key, cache or credential. The client and its library are the same as for a cache, so what a cache
// adds is its distance from this.
//
//   node --import tsx bench/momento/floor.ts PORT
import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import generated from '@gomomento/generated-types';

const { _GetResponse, _SetRequest, _SetResponse, ECacheResult, UnimplementedScsService } =
  generated.cache.cache_client;
const STORED = Buffer.from(new _SetResponse({ result: ECacheResult.Ok }).serializeBinary());
const unchanged = (bytes: Buffer): Buffer => bytes;

let found = Buffer.alloc(0);
let length = 0;

const bytesOnly = Object.fromEntries(
  Object.entries(UnimplementedScsService.definition)
    .filter(([rpc]) => rpc === 'Get' || rpc === 'Set')
    .map(([rpc, definition]) => [
      rpc,
      { ...definition, requestDeserialize: unchanged, responseSerialize: unchanged },
    ]),
) as unknown as ServiceDefinition;

const server = new Server();
server.addService(bytesOnly, {
  Get: (_call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
    answer(null, found),
  Set: ({ request }: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    // Values of one length are all alike in the benchmark.
    if (request.length !== length) {
      length = request.length;
      const { cache_body } = _SetRequest.deserializeBinary(request);
      found = Buffer.from(
        new _GetResponse({ result: ECacheResult.Hit, cache_body }).serializeBinary(),
      );
    }
    answer(null, STORED);
  },
});
server.bindAsync(`127.0.0.1:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
process.once('SIGTERM', () => process.exit());
