/** The API over gRPC. */
package io.countermachine.service.grpc;
