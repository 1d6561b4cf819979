namespace NtkTheory.Cli;

/// <summary>Bad usage or input; the message is one sentence for the user.</summary>
internal sealed class InputException(string message) : Exception(message);
