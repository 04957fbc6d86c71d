package objects

import "github.com/google/uuid"

// IsGUID reports whether a text is the ID of an object, an application or a tenant: a
// GUID of 36 characters, without brackets or blanks around it.
func IsGUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }
