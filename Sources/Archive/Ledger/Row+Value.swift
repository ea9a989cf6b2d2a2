import GRDB

extension Row {
  /// The value in a column.
  ///
  /// - Throws: where another kind of value stands there than its table takes: the file is damaged.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: String
  ) throws -> Value {
    try decode(Value.self, forColumn: column)
  }

  /// The value in the column with this number, from 0.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: Int
  ) throws -> Value {
    try decode(Value.self, atIndex: column)
  }
}
