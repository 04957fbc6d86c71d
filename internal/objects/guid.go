package objects

import "github.com/google/uuid"

// IsGUID reports whether s has the form of the ID of an object, an application or a
// tenant: a GUID of 36 characters, without braces or blanks.
func IsGUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }
