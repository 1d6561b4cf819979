using System.Globalization;

namespace NtkTheory.Data;

/// <summary>Numbers in text, and text in messages.</summary>
internal static class Numbers
{
    private const int LongestQuote = 40;

    /// <summary>The number that a text is, in the notation of no particular country.</summary>
    public static bool TryParse(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>The number in a cell; a text, NaN or an infinity is refused.</summary>
    public static double Parse(string file, int row, string column, string text)
    {
        if (text.Length == 0)
        {
            throw new DatasetException(file, "the value is missing", row, column, text);
        }

        if (!TryParse(text, out var number))
        {
            throw new DatasetException(file, $"'{Quote(text)}' is not a number", row, column, text);
        }

        return double.IsFinite(number)
            ? number
            : throw new DatasetException(file, $"'{Quote(text)}' is not a finite number", row, column, text);
    }

    /// <summary>A text short and plain enough for a message.</summary>
    public static string Quote(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
        return plain.Length <= LongestQuote ? plain : plain[..LongestQuote] + "...";
    }
}
