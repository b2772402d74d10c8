// The categories of the receipts, as shoppers call them. The data's own spelling is the key.
import type { IconName } from './icons.ts'

export type AisleName = 'dairy' | 'bakery' | 'drinks' | 'snacks' | 'frozen' | 'breakfast' | 'pantry' | 'household'
type Row = [aisle: AisleName, icon: IconName, en: string, zh: string]

export const aisles: Record<AisleName, { en: string; zh: string; icon: IconName }> = {
  dairy: { en: 'Dairy & eggs', zh: '乳品与鸡蛋', icon: 'milk' },
  bakery: { en: 'Bakery', zh: '面包糕点', icon: 'bread' },
  drinks: { en: 'Drinks', zh: '饮料', icon: 'bottle' },
  snacks: { en: 'Snacks & sweets', zh: '零食甜点', icon: 'chips' },
  frozen: { en: 'Frozen', zh: '冷冻食品', icon: 'snow' },
  breakfast: { en: 'Breakfast & baking', zh: '早餐与烘焙', icon: 'cereal' },
  pantry: { en: 'Pantry', zh: '粮油罐头', icon: 'can' },
  household: { en: 'Household', zh: '家居用品', icon: 'roll' },
}

const rows: Record<string, Row> = {
  'FLUID MILK PRODUCTS': ['dairy', 'milk', 'Milk & cream', '牛奶'],
  'CHEESE': ['dairy', 'cheese', 'Cheese', '奶酪'],
  'EGGS': ['dairy', 'egg', 'Eggs', '鸡蛋'],
  'YOGURT': ['dairy', 'yogurt', 'Yogurt', '酸奶'],
  'MILK BY-PRODUCTS': ['dairy', 'yogurt', 'Sour cream & cottage cheese', '酸奶油与农家奶酪'],
  'MARGARINES': ['dairy', 'butter', 'Butter & margarine', '黄油与人造黄油'],
  'REFRGRATD DOUGH PRODUCTS': ['bakery', 'croissant', 'Chilled dough', '冷藏面团'],
  'BAKED BREAD/BUNS/ROLLS': ['bakery', 'bread', 'Bread & rolls', '面包'],
  'BAKED SWEET GOODS': ['bakery', 'donut', 'Cakes & donuts', '蛋糕与甜甜圈'],
  'SOFT DRINKS': ['drinks', 'bottle', 'Soft drinks', '汽水'],
  'REFRGRATD JUICES/DRNKS': ['drinks', 'juice', 'Chilled juices', '冷藏果汁'],
  'CANNED JUICES': ['drinks', 'juice', 'Juices', '果汁'],
  'WATER - CARBONATED/FLVRD DRINK': ['drinks', 'water', 'Water', '饮用水'],
  'BEERS/ALES': ['drinks', 'beer', 'Beer', '啤酒'],
  'COFFEE': ['drinks', 'coffee', 'Coffee', '咖啡'],
  'TEAS': ['drinks', 'coffee', 'Tea', '茶'],
  'PWDR/CRYSTL DRNK MX': ['drinks', 'juice', 'Drink mixes', '冲调饮品'],
  'ISOTONIC DRINKS': ['drinks', 'bottle', 'Sports drinks', '运动饮料'],
  'BAG SNACKS': ['snacks', 'chips', 'Chips & pretzels', '薯片与脆饼'],
  'CRACKERS/MISC BKD FD': ['snacks', 'cracker', 'Crackers', '咸饼干'],
  'COOKIES/CONES': ['snacks', 'cookie', 'Cookies', '曲奇饼干'],
  'CONVENIENT BRKFST/WHLSM SNACKS': ['snacks', 'bar', 'Bars & toaster pastries', '谷物棒与点心'],
  'POPCORN': ['snacks', 'chips', 'Popcorn', '爆米花'],
  'FRZN MEAT/MEAT DINNERS': ['frozen', 'meal', 'Frozen meals', '冷冻速食餐'],
  'FROZEN PIZZA': ['frozen', 'pizza', 'Frozen pizza', '冷冻披萨'],
  'ICE CREAM/MILK/SHERBTS': ['frozen', 'icecream', 'Ice cream', '冰淇淋'],
  'FRZN NOVELTIES/WTR ICE': ['frozen', 'popsicle', 'Ice pops', '雪糕冰棒'],
  'FRZN VEGETABLE/VEG DSH': ['frozen', 'peas', 'Frozen vegetables', '冷冻蔬菜'],
  'FRZN POTATOES': ['frozen', 'snow', 'Frozen potatoes', '冷冻薯条'],
  'FRZN BREAKFAST FOODS': ['frozen', 'bar', 'Frozen breakfast', '冷冻早餐'],
  'COLD CEREAL': ['breakfast', 'cereal', 'Cereal', '即食谷物'],
  'HOT CEREAL': ['breakfast', 'cereal', 'Oatmeal', '燕麦片'],
  'BAKING MIXES': ['breakfast', 'whisk', 'Baking mixes', '烘焙预拌粉'],
  'BAKING NEEDS': ['breakfast', 'whisk', 'Baking needs', '烘焙原料'],
  'SYRUPS/TOPPINGS': ['breakfast', 'sauce', 'Syrups', '糖浆'],
  'PNT BTR/JELLY/JAMS': ['breakfast', 'jar', 'Spreads & jams', '花生酱与果酱'],
  'SUGARS/SWEETNERS': ['breakfast', 'sack', 'Sugar', '糖'],
  'FLOUR & MEALS': ['breakfast', 'sack', 'Flour', '面粉'],
  'SOUP': ['pantry', 'soup', 'Soup', '汤'],
  'VEGETABLES - SHELF STABLE': ['pantry', 'can', 'Canned vegetables', '蔬菜罐头'],
  'BEANS - CANNED GLASS & MW': ['pantry', 'can', 'Canned beans', '豆类罐头'],
  'FRUIT - SHELF STABLE': ['pantry', 'apple', 'Canned fruit', '水果罐头'],
  'MEAT - SHELF STABLE': ['pantry', 'tin', 'Canned meals', '肉类罐头'],
  'SEAFOOD - SHELF STABLE': ['pantry', 'tin', 'Canned fish', '鱼罐头'],
  'CONDIMENTS/SAUCES': ['pantry', 'sauce', 'Sauces & condiments', '酱料'],
  'SALD DRSNG/SNDWCH SPRD': ['pantry', 'salad', 'Dressings & mayo', '沙拉酱'],
  'HISPANIC': ['pantry', 'taco', 'Mexican food', '墨西哥食品'],
  'DRY NOODLES/PASTA': ['pantry', 'pasta', 'Pasta', '意大利面'],
  'PASTA SAUCE': ['pantry', 'jar', 'Pasta sauce', '意面酱'],
  'DINNER MXS:DRY': ['pantry', 'box', 'Dinner mixes', '速食晚餐'],
  'DRY BN/VEG/POTATO/RICE': ['pantry', 'sack', 'Rice & side dishes', '米饭与配菜'],
  'SPICES & EXTRACTS': ['pantry', 'jar', 'Spices', '香料'],
  'SHORTENING/OIL': ['pantry', 'sauce', 'Oil', '食用油'],
  'BATH TISSUES': ['household', 'roll', 'Toilet paper', '卫生纸'],
  'PAPER TOWELS': ['household', 'towel', 'Paper towels', '厨房纸'],
  'FD WRAPS/BAGS/TRSH BG': ['household', 'foil', 'Bags & foil', '保鲜袋与锡纸'],
  'PAPER HOUSEWARES': ['household', 'foil', 'Paper plates & cups', '纸餐具'],
  'LAUNDRY DETERGENTS': ['household', 'sauce', 'Laundry', '洗衣用品'],
}

export type Category = { key: string; aisle: AisleName; icon: IconName; en: string; zh: string }

/** Knows every category; one that the table does not list is a pantry category under its own name. */
export function categoryOf(key: string): Category {
  const [aisle, icon, en, zh] = rows[key] ?? ['pantry', 'basket', sentence(key), sentence(key)] as Row
  return { key, aisle, icon, en, zh }
}

function sentence(capitals: string): string {
  return capitals.charAt(0) + capitals.slice(1).toLowerCase()
}
