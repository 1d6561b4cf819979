/// The documents that the architecture third is taken from.
module internal NtkTheory.Catalog.Architecture.Notes

open NtkTheory.Claims

/// A statement of the ORF 543 lecture notes.
let orf lecture number = {
    Document = "ORF 543 notes"
    Lecture = lecture
    Number = number
    Paper = ""
}

/// A statement of the ORF 543 lecture notes that names a paper.
let orfAfter paper lecture number = {
    orf lecture number with
        Paper = paper
}

/// A fact that the notes do not state but that their statements rest on or should read.
let added lecture =
    orf lecture "added: the sharp or repaired form"

/// A statement of the lecture on deep and shallow nets.
let lecture7 number = {
    Document = "Deep learning theory, Lec 7"
    Lecture = "7"
    Number = number
    Paper = ""
}

/// A page of a proved equality without remark; what differs is set with `with`.
let page id title statement source how = {
    Id = id
    Title = title
    Statement = statement
    Source = source
    Status = Proved
    Sharpness = Exact
    Method = how
    Remark = ""
}
