package diagnose

import "slices"

// stage is how far a sign-in got at Entra. The service checks in about this
// order (inferred from the codes, not documented), so that a refusal at one
// stage suggests that the earlier ones were passed.
type stage int

const (
	stageUnknown stage = iota // the answer does not tell
	stageTenant
	stageRequest
	stageApplication
	stageCredential
	stagePrincipal
	stageResource
	stagePolicy
	stageToken // a token was issued
)

// stageCodes files the codes under the stage that refuses with them.
func stageCodes() map[stage][]string {
	return map[stage][]string{
		stageTenant:      {"900021", "900023", "90002", "50059", "90019", "50128", "50194", "900382", "900432", "90038", "90051", "9001023", "90010"},
		stageRequest:     {"900144", "90014", "7000216", "7000218", "7000219", "70003", "9002313", "900561"},
		stageApplication: {"700016", "70001", "700011", "700038"},
		stageCredential: {"7000215", "7000222", "50012", "70002", "700027", "700024", "700021", "1000502", "7000214", "7000274", "7000277",
			"5002723", "5002738", "50027", "700030", "700025", "70021", "700211", "700212", "700213", "7002137", "7002138", "7002121",
			"700222", "700226", "700227", "700229", "700236"},
		stagePrincipal: {"7000229", "7000112", "7000116"},
		stageResource:  {"1002012", "70011", "500011", "500014", "50001", "501051", "650052", "650057"},
		stagePolicy:    {"53003", "53000", "53001"},
	}
}

// reached is the stage that the sign-in got to, and whether it was refused
// there.
func (v *view) reached() (at stage, refused bool) {
	if v.token != nil && v.refusal == nil {
		return stageToken, false
	}
	if v.refusal == nil {
		return stageUnknown, false
	}
	for s, codes := range stageCodes() {
		if slices.Contains(codes, v.code) {
			return s, true
		}
	}
	return stageUnknown, true
}
