namespace DialerEngine.Core.Lists;

/// <summary>What is wrong with a row of an imported file. The number is the code that users see (E1101 ...) and never changes its meaning.</summary>
public enum ImportFault
{
    None = 0,
    RowTooLong = 1101,
    NotUtf8 = 1102,
    WrongColumnCount = 1103,
    NumberTooShort = 1104,
    NumberTooLong = 1105,
    NotANumber = 1106,
    UnknownCountryCode = 1107,
    BadQuoting = 1108,
    NumberMissing = 1109,
    NotAnInteger = 1110,
    OutOfRange = 1111,
    NotAReal = 1112,
    TextTooLong = 1113,
    BadAreaCode = 1114,
    ChainPlaceTaken = 1115,
    RecordIdTaken = 1116,
    ControlCharacter = 1117,
    Refused = 1118,

    /// <summary>The file has more numbers than duplicates can be looked for among (<see cref="NumberSet.MaxCount"/>).</summary>
    TooManyNumbers = 1119,

    /// <summary>The same number earlier in the file.</summary>
    DuplicateInFile = 1120,

    /// <summary>The same number in the list already.</summary>
    DuplicateInList = 1121,

    /// <summary>A zone's name that has no number (column <c>tz_dbid</c>).</summary>
    UnknownTimeZone = 1122,

    /// <summary>A status that only a record which a group has can be in.</summary>
    StatusOfNobody = 1123,
}

/// <summary>What becomes of rows whose number is there already.</summary>
public enum DuplicateRule
{
    /// <summary>The first one stays, later ones are left out and counted.</summary>
    Skip,

    /// <summary>Later ones are faults.</summary>
    Reject,

    /// <summary>All are taken.</summary>
    Allow,
}
