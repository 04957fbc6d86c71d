package renew

// The points at which tests can end a run.
type Point = point

const (
	AtIntent   = atIntent
	AtAdded    = atAdded
	AtNoted    = atNoted
	AtStoring  = atStoring
	AtStored   = atStored
	AtProving  = atProving
	AtVerified = atVerified
	AtClosed   = atClosed
	AtMade     = atMade
	AtAsking   = atAsking
	AtPlacing  = atPlacing
	AtPlaced   = atPlaced

	MaxDays = maxDays
)
