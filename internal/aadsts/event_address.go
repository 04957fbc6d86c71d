package aadsts

import (
	"bytes"
	"strings"
)

// tenantNear reads the tenant of a sign-in address: the part of the path behind
// the host, or in front of /oauth2/.
func (p *page) tenantNear(at int, rest []byte) string {
	var segment []byte
	switch {
	case bytes.HasPrefix(p.squashed.text[at:], []byte("oauth2")):
		segment = segmentBefore(p.text[:p.squashed.at[at]])
	case bytes.HasPrefix(rest, []byte("/")):
		segment = rest[1:min(len(rest), maxSegment)]
	}
	if g, ok := readGUID(segment); ok {
		return g
	}
	if end := bytes.IndexAny(segment, "/?#\"' \n"); end >= 0 {
		segment = segment[:end]
	}
	if dot := bytes.IndexByte(segment, '.'); dot > 0 && dot+1 < len(segment) && isDomain(string(segment)) && !bytes.HasPrefix(lower(segment, 80), []byte("login.")) {
		return strings.ToLower(string(segment))
	}
	return ""
}

// maxSegment bounds a part of a path that may name a tenant.
const maxSegment = 80

// segmentBefore is the last part of a path that ends in a slash.
func segmentBefore(path []byte) []byte {
	path, ok := bytes.CutSuffix(path[max(0, len(path)-maxSegment):], []byte("/"))
	if !ok {
		return nil
	}
	return path[bytes.LastIndexByte(path, '/')+1:]
}

// isDomain reports whether s looks like a domain name.
func isDomain(s string) bool {
	for i := range len(s) {
		if c := s[i]; fold[c] == 0 && c != '.' && c != '-' {
			return false
		}
	}
	return len(s) <= 253
}
