"""Firestore's methods, from request message to response messages, the same for both faces.

Source: https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1
"""

from collections import Counter
from typing import Any

from google.rpc.status_pb2 import Status

from infra.local.firestore import aggregates, fields, names, writes
from infra.local.firestore.errors import Code, Refused, invalid, not_offered
from infra.local.firestore.indexes import Indexes
from infra.local.firestore.protos import Document, Empty, WriteResult, message
from infra.local.firestore.queries import Query
from infra.local.firestore.store import Record, Store, timestamp
from infra.local.firestore.transactions import Transaction, Transactions

_BatchGetDocumentsResponse = message("BatchGetDocumentsResponse")
_BatchWriteResponse = message("BatchWriteResponse")
_BeginTransactionResponse = message("BeginTransactionResponse")
_CommitResponse = message("CommitResponse")
_RunAggregationQueryResponse = message("RunAggregationQueryResponse")
_RunQueryResponse = message("RunQueryResponse")


class Service:
    """The methods that Sealtape uses. None of them waits, so each is atomic on one event loop."""

    def __init__(self, store: Store, indexes: Indexes | None, transactions: Transactions) -> None:
        self._store = store
        self._indexes = indexes
        self._transactions = transactions
        self.reads: Counter[str] = Counter()  # documents, by database id
        self.writes: Counter[str] = Counter()

    def begin_transaction(self, request: Any) -> Any:
        """Open a read-write transaction."""
        names.database_id(request.database)
        key = self._transactions.begin(request.database, request.options)
        return _BeginTransactionResponse(transaction=key)

    def rollback(self, request: Any) -> Empty:
        """Forget a transaction."""
        self._transactions.end(request.transaction, request.database)
        return Empty()

    def commit(self, request: Any) -> Any:
        """Apply writes atomically, inside a transaction or on their own."""
        database = names.database_id(request.database)
        if request.transaction:
            seen = self._transactions.end(request.transaction, request.database)
            seen.require_unchanged(self._store)
        now_us = self._store.tick()
        results = writes.commit(self._store, request.database, request.writes, now_us)
        self.writes[database] += len(request.writes)
        return _CommitResponse(commit_time=timestamp(now_us), write_results=results)

    def batch_write(self, request: Any) -> Any:
        """Apply each write by itself; one refusal does not stop the others."""
        database = names.database_id(request.database)
        targets = [writes.target(each) for each in request.writes]
        if len(targets) > writes.MAX_WRITES or len(set(targets)) < len(targets):
            raise invalid("A batch takes 500 writes, each to another document.")
        response = _BatchWriteResponse()
        for write in request.writes:
            try:
                now_us = self._store.tick()
                results = writes.commit(self._store, request.database, [write], now_us)
                status = Status()
                self.writes[database] += 1
            except Refused as refused:
                results = [WriteResult()]
                status = Status(code=refused.code.number, message=refused.message)
            response.write_results.extend(results)
            response.status.append(status)
        return response

    def get_document(self, request: Any) -> Document:
        """Return one document."""
        database = names.database_of(request.name)
        names.check_document(request.name, database)
        transaction, _ = self._selected(request, database)
        record = self._read(request.name, database, transaction)
        if record is None:
            raise Refused(Code.NOT_FOUND, f"Document not found: {request.name}")
        return _masked(record, request)

    def batch_get_documents(self, request: Any) -> list[Any]:
        """Return each asked document, found or missing, once."""
        for name in request.documents:
            names.check_document(name, request.database)
        transaction, opened = self._selected(request, request.database)
        answers = [_BatchGetDocumentsResponse(transaction=opened)] if opened else []
        moment = timestamp(self._store.tick())
        for name in dict.fromkeys(request.documents):
            record = self._read(name, request.database, transaction)
            if record is None:
                answers.append(_BatchGetDocumentsResponse(missing=name, read_time=moment))
            else:
                found = _masked(record, request)
                answers.append(_BatchGetDocumentsResponse(found=found, read_time=moment))
        return answers

    def run_query(self, request: Any) -> list[Any]:
        """Return a query's documents; one answer without a document if there is none."""
        if request.HasField("explain_options"):
            raise not_offered("query explanation")
        query = Query(request.parent, request.structured_query)
        if self._indexes:
            query.require_index(self._indexes)
        records, opened = self._queried(request, query)
        moment = timestamp(self._store.tick())
        answers = [_RunQueryResponse(transaction=opened)] if opened else []
        answers += [
            _RunQueryResponse(document=query.answer(each), read_time=moment) for each in records
        ]
        return answers if records else [*answers, _RunQueryResponse(read_time=moment)]

    def run_aggregation_query(self, request: Any) -> list[Any]:
        """Return a query's count and sums."""
        asked = request.structured_aggregation_query
        aggregates.check(asked.aggregations)
        query = Query(request.parent, asked.structured_query)
        if self._indexes:
            query.require_index(self._indexes, aggregates.summed_paths(asked.aggregations))
        records, opened = self._queried(request, query)
        answer = _RunAggregationQueryResponse(
            read_time=timestamp(self._store.tick()), transaction=opened
        )
        for alias, value in aggregates.compute(asked.aggregations, records).items():
            answer.result.aggregate_fields[alias].CopyFrom(value)
        return [answer]

    def _selected(self, request: Any, database: str) -> tuple[Transaction | None, bytes]:
        """Return the transaction to read in, and its id if the request opened it."""
        names.database_id(database)
        match request.WhichOneof("consistency_selector"):
            case "transaction":
                return self._transactions.get(request.transaction, database), b""
            case "new_transaction":
                key = self._transactions.begin(database, request.new_transaction)
                return self._transactions.get(key, database), key
            case "read_time":
                raise not_offered("reads of the past")
        return None, b""

    def _read(self, name: str, database: str, transaction: Transaction | None) -> Record | None:
        self.reads[names.database_id(database)] += 1
        record = self._store.get(name)
        if transaction is not None:
            transaction.saw(name, record)
        return record

    def _queried(self, request: Any, query: Query) -> tuple[list[Record], bytes]:
        database = names.database_of(request.parent)
        transaction, opened = self._selected(request, database)
        records = query.run(self._store)
        self.reads[names.database_id(database)] += max(len(records), 1)
        if transaction is not None:
            transaction.saw_query(query, records)
        return records, opened


def _masked(record: Record, request: Any) -> Document:
    if not request.HasField("mask"):
        return record.document
    return fields.project(record.document, request.mask.field_paths)
