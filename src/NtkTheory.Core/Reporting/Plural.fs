namespace NtkTheory.Reporting

/// Numbers of things in words.
module Plural =

    /// "1 point", "3 points": a count before a noun that takes an s.
    let count (number: int) noun =
        if number = 1 then $"1 {noun}" else $"{number} {noun}s"
